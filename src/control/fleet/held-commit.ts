/** Commit history, as far as it is known without asking the remote. */
export interface Ancestry {
  /** Whether the local history proves that the head contains the commit. */
  has(head: string, commit: string): Promise<boolean>
  /** Ids of commits reachable from the head but not from the commit, as far as they are here. */
  since(commit: string, head: string): Promise<ReadonlySet<string>>
}

export interface HeldQuestion {
  /** Commit that the status branch says the installation was held at last. */
  readonly recorded: string | undefined
  /** Whether this Reeve wrote the record itself: it may only be older than what was applied before a kill. */
  readonly isOwn?: boolean
  /** Head of the followed branch. */
  readonly head: string
  /** Commits that the marks of the installation's live objects name. */
  readonly marks: ReadonlySet<string>
}

/**
 * Commit that an installation may be held at. That is the recorded one if the followed branch has it, a live object
 * names it or this Reeve wrote it, and no live object is newer; else the newest that a live object names. Undefined
 * if nothing proves any: then everything stays as it is.
 */
export async function provenCommit(
  { recorded, isOwn = false, head, marks }: HeldQuestion,
  ancestry: Ancestry,
): Promise<string | undefined> {
  const isNewest = async (commit: string) => {
    const since = await ancestry.since(commit, head)
    return ![...marks].some((mark) => mark !== commit && since.has(mark))
  }
  const isInBranch = (commit: string) => ancestry.has(head, commit)
  // History that was rewritten, or is not here, tells nothing against the own record.
  if (isOwn && recorded !== undefined && !(await isInBranch(recorded))) return recorded
  const isKnown = async (commit: string) => isOwn || marks.has(commit) || (await isInBranch(commit))
  if (recorded !== undefined && (await isKnown(recorded)) && (await isNewest(recorded))) return recorded
  if (marks.size === 1) return [...marks][0]
  for (const mark of marks) if ((await isInBranch(mark)) && (await isNewest(mark))) return mark
  return isOwn ? recorded : undefined
}
