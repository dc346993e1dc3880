import type { SourceReview } from '../../control/review/review-now.ts'
import { fullText } from '../../stages/review/comment/full-text.ts'
import { markedBody, markerOf } from '../../stages/review/comment/marks.ts'
import { reviewComment } from '../../stages/review/comment/review-comment.ts'
import { reviewDocument } from '../../stages/review/document/review-document.ts'
import type { Format } from '../options/read-format.ts'
import { documentText } from './document-text.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { presentReviewText } from './review-text.ts'

export interface ReviewFormat extends PlanTextOptions {
  readonly format: Format | 'markdown'
  /** Name of the Repository: the comment of each has a mark of its own. */
  readonly repository: string
  /** What was asked for, as it was written. */
  readonly source: string
}

/** The report of `reeve plan SOURCE` in the requested format. */
export function presentReview(found: SourceReview, options: ReviewFormat): string {
  const { format, repository, expand } = options
  switch (format) {
    case 'text':
      return presentReviewText(found, options)
    case 'markdown': {
      const about = { marker: markerOf(repository), silent: [] }
      return expand ? fullText([found.review], about) : markedBody(reviewComment([found.review], about))
    }
    case 'json':
    case 'yaml':
      return documentText(reviewDocument(found.review), format)
  }
}
