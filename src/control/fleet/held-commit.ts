/** What is known of commits without asking the remote. */
export interface Ancestry {
  /** Whether the history that is here proves that the head has the commit. */
  has(head: string, commit: string): Promise<boolean>
  /** Ids of commits that the head has and the commit has not, as far as they are here. */
  since(commit: string, head: string): Promise<ReadonlySet<string>>
}

export interface HeldQuestion {
  /** What the status branch says that an installation was held at last. */
  readonly recorded: string | undefined
  /** The commit that is followed. */
  readonly head: string
  /** The commits that the marks of the installation's live objects name. */
  readonly marks: ReadonlySet<string>
}

/**
 * The commit that an installation may be held at, where others may have written the record: the recorded
 * one where the followed branch has it or a live object names it, and no live object is newer; else the
 * newest that a live object names. Undefined where nothing proves any: then all stays as it is.
 */
export async function provenCommit(
  { recorded, head, marks }: HeldQuestion,
  ancestry: Ancestry,
): Promise<string | undefined> {
  const isNewest = async (commit: string) => {
    const since = await ancestry.since(commit, head)
    return ![...marks].some((mark) => mark !== commit && since.has(mark))
  }
  const isKnown = async (commit: string) => marks.has(commit) || (await ancestry.has(head, commit))
  if (recorded !== undefined && (await isKnown(recorded)) && (await isNewest(recorded))) return recorded
  if (marks.size === 1) return [...marks][0]
  for (const mark of marks) if ((await ancestry.has(head, mark)) && (await isNewest(mark))) return mark
  return undefined
}
