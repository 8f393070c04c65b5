export { blockDetail } from './chain/blockDetail';
export { blockOwners } from './chain/blockOwners';
export { asOf, requireBase, type Chain, type Layer, type ParentPolicy } from './chain/chain';
export { compareDisks, type CompareStep, type DifferingRange } from './chain/compareDisks';
export { DiskReader } from './chain/diskReader';
export { extents, type DoubtfulRange, type Extent } from './chain/extents';
export type { Family } from './chain/family';
export { describeHeap, joinMoved, type Heap, type KnownCopies } from './chain/familyHeap';
export { scanFamilies, type FamilyScan } from './chain/familyScan';
export { diskGround, fileGround, findBytes, type FindStep } from './chain/findBytes';
export { closeChain, openChain } from './chain/openChain';
export { scanSectors } from './chain/sectorScan';
export { checkChain } from './check/checkChain';
export type { CheckStep } from './checkSteps';
export { changedParents, type ChangedParent } from './check/changedParent';
export { checkImage, type CheckResult } from './check/checkImage';
export { checkImages, type CheckedImage } from './check/checkImages';
export { EditedImage } from './editing/editedImage';
export { exportRange } from './editing/exportRange';
export { saveCopy } from './editing/saveCopy';
export { EngineError } from './errors';
export type { Finding } from './finding';
export { SECTOR_SIZE } from './image';
export type { Image } from './image';
export { decimal, t, translationsInUse, useTranslations, utcText } from './l10n';
export { openImage, sniffImage } from './openImage';
export { exportDisk, type ExportFormat, type ExportOptions, type ExportResult } from './operations/exportDisk';
export type { ExportProgress } from './operations/copyProgress';
export { UnreadableRanges, type UnreadableRange } from './operations/unreadable';
export type { OperationRequest } from './operations/familyOf';
export { editGrounds, type EditGrounds } from './operations/editGrounds';
export { planFolderRelink, type FolderRelinkPlan, type PlannedTie } from './operations/folderRelink';
export { runFolderRelink, type FolderRelinkResult } from './operations/folderRelinkRun';
export {
  planFolderUndo,
  runFolderUndo,
  type FolderUndoPlan,
  type FolderUndoResult,
} from './operations/folderRelinkUndo';
export { runToEnd, type Progress } from './operations/progress';
export { runMerge, type MergeResult } from './operations/merge';
export { mergeHalfSeen, readMergeRecord } from './operations/mergeRecord';
export { planMerge, type MergeOptions, type MergePlan } from './operations/mergePlan';
export {
  planMergeToFile,
  runMergeToFile,
  type MergeToFileOptions,
  type MergeToFilePlan,
  type MergeToFileResult,
} from './operations/mergeToFile';
export { recoverImage } from './operations/recover';
export { proveParent, rankParents, type CandidatePlaces, type RankedParent } from './operations/relinkCandidates';
export { planRelink, runRelink, type RelinkPlan, type RelinkResult } from './operations/relink';
export { planUndoRepair, runRepair, undoRepair, type RepairResult } from './operations/repair';
export { planRepair, type RepairOptions, type RepairPlan } from './operations/repairPlan';
export type { RepairProposal } from './operations/repairProposal';
export type { Refusal } from './operations/refusal';
export { planRevert, runRevert, type RevertPlan } from './operations/revert';
export { planSnapshot, runSnapshot } from './operations/snapshot';
export { imageStanding } from './operations/standing';
export type { FileSystem } from './storage/fileSystem';
export { MemoryFileSystem } from './storage/memoryFileSystem';
export { runAsCopyLane } from './storage/nodeCopyTeam';
export { newImageFacts, newSha256 } from './storage/nodeDigest';
export { NodeFileSystem } from './storage/nodeFileSystem';
export type { Patch } from './storage/patch';
export { ownFileName } from './storage/sideFiles';
