import type { GitObject } from './object-id.ts'

/** Reads objects by their ids. */
export interface ObjectReader {
  /**
   * Leaves out those above `limit` bytes, by default LARGEST_OBJECT.
   * @param take receives each object instead of the result
   * @throws MissingObject, DamagedStore
   */
  read(
    oids: Iterable<string>,
    limit?: number,
    take?: (object: GitObject, oid: string) => void,
  ): Promise<Map<string, GitObject>>
}
