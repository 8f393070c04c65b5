export { NodeFileSystem } from './storage/nodeFileSystem';
