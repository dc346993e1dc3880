/** Work to begin at once, that would otherwise begin at its usual time. */
export type WorkRequest =
  /** Ask the remote for the head of the followed branch. */
  | { readonly kind: 'poll' }
  /** Look at a pull request; without a number, at all open ones. */
  | { readonly kind: 'review'; readonly number?: number }
  /** Read the review branches that other clusters write. */
  | { readonly kind: 'collect' }
  /** Look at the commits that the forge's merge queue has made. */
  | { readonly kind: 'queue' }

const NAME = /^(?:(poll|review|collect|queue)|review\/([1-9]\d{0,9}))$/

/** Name of a request, such as `poll` or `review/12`: the same for requests that one answer satisfies. */
export function requestName(request: WorkRequest): string {
  const number = request.kind === 'review' ? request.number : undefined
  return number === undefined ? request.kind : `${request.kind}/${number}`
}

/** The request of that name. */
export function requestNamed(name: string): WorkRequest | undefined {
  const [, kind, number] = NAME.exec(name) ?? []
  if (number !== undefined) return { kind: 'review', number: Number(number) }
  return kind === undefined ? undefined : { kind: kind as WorkRequest['kind'] }
}
