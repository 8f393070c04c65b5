/** What a thread of ours is started for; it gets this as its `workerData`. */
export type WorkerRole = 'image' | 'operation' | 'families' | 'compare';
