/** A body that is in memory, as isomorphic-git takes it. */
export async function* oneChunk(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes
}
