import { OWN_API_VERSION } from '../../../model/labels.ts'
import { readRevision } from '../../../model/revision.ts'
import { type ClusterReview, type Effect, FEARS } from '../cluster-review.ts'
import { isBounded } from './is-bounded.ts'
import { readFault, readFold } from './read-fold.ts'
import { REVIEW_KIND } from './review-document.ts'
import { count, list, oneOf, type Read, shape, text, yes } from './shapes.ts'

const EFFECTS: readonly Effect[] = ['created', 'changed', 'deleted', 'unchanged']

/** Maximum length of a name and of a message, in characters. */
const NAME = text(1_000)
const MESSAGE = text(100_000)

const DIGEST = text(200, /^[\w+/=:-]+$/)
/** The digest of an installation's declaration; '' for none. */
const STATE = text(200, /^[\w-]*$/)
const TIME = text(40, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)
const commitId: Read<string> = (value) => {
  const revision = typeof value === 'string' ? readRevision(value) : undefined
  return revision?.own
}

const readShape: Read<ClusterReview> = shape(
  {
    cluster: text(253, /./),
    commits: shape({ head: commitId, target: commitId }, {}),
    plannedAt: TIME,
    installations: count,
    acted: list(
      shape(
        { name: NAME, effect: oneOf(EFFECTS), digest: DIGEST },
        { refused: count, isHeld: yes, group: NAME },
      ),
    ),
    changes: list(readFold),
    pending: list(readFold),
    fears: list(shape({ kind: oneOf(FEARS), details: MESSAGE, installations: list(NAME) }, { object: NAME })),
    images: list(shape({ image: NAME, installations: list(NAME) }, { before: NAME, after: NAME })),
    onlyLabels: count,
    faults: list(readFault),
    conflicts: list(MESSAGE),
    dryRun: shape({ shown: oneOf(['all', 'partial', 'none']) }, { reason: MESSAGE }),
    warnings: list(readFault),
    digest: DIGEST,
  },
  {
    allows: shape({ transitions: list(shape({ name: NAME, from: STATE, to: STATE }, {})), seal: DIGEST }, {}),
    rolloutChanges: list(MESSAGE),
    forecast: list(MESSAGE),
    merged: shape({ commit: commitId, seal: DIGEST }, { isTold: yes }),
  },
)

/**
 * Reads a result of reviewDocument that another cluster wrote; undefined for anything else. Others may write to the
 * branch: sizes are bounded, and there is nothing in the result that is not of its type.
 */
export function readReview(document: unknown): ClusterReview | undefined {
  const isReview = shape({ apiVersion: oneOf([OWN_API_VERSION]), kind: oneOf([REVIEW_KIND]) }, {})(document)
  return isReview !== undefined && isBounded(document) ? readShape(document) : undefined
}
