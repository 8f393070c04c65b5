/** What a thread of ours is started for. */
export type WorkerRole = 'image' | 'operation' | 'families' | 'compare';
