/** The Helm release of an installation, of all its charts: its revision, and the digest of what makes it up. */
export interface ReleaseRevision {
  /** Digest of what the charts render for the given values, without what it makes up or looks up. */
  readonly digest: string
  /** 1 for the installation; one more for each later change. */
  readonly revision: number
}

/** What the record of an installation says of its release. */
export interface PastRelease {
  /** Undefined where it has none yet. */
  readonly release: ReleaseRevision | undefined
  /** Everything was as declared once: a change from now on is an upgrade. */
  readonly isInstalled: boolean
}

/** The release that follows: the same one where nothing changed; until it is installed, the first. */
export function nextRelease(digest: string, past: PastRelease | undefined): ReleaseRevision {
  const { release, isInstalled = false } = past ?? {}
  if (release === undefined) return { digest, revision: 1 }
  const isSame = release.digest === digest || (release.revision === 1 && !isInstalled)
  return { digest, revision: isSame ? release.revision : release.revision + 1 }
}
