/** How much a text tells. */
export interface TextBounds {
  /** Maximum length of all, in characters. */
  readonly limit: number
  /** Maximum length of a line of a diff, in characters. */
  readonly width: number
  /** Maximum number of lines of a value, and of an object: the first of these with which all of them fit, else the last. */
  readonly valueLines: number
  readonly objectLines: readonly number[]
  /** Maximum length of a list of names, in characters. */
  readonly names: number
  /** Maximum number of rows of the table of images. */
  readonly images: number
  /** Maximum number of fears of each kind. */
  readonly fears: number
  /** Maximum number of faults, of refusals, and of files that conflict. */
  readonly problems: number
}

/** Of a comment: forges take 65,536 characters, and some count what they add. */
export const COMMENT_BOUNDS: TextBounds = {
  limit: 60_000,
  width: 160,
  valueLines: 24,
  objectLines: [60, 24, 10],
  names: 3_000,
  images: 30,
  fears: 6,
  problems: 15,
}

/** Of the full text, which is a file. */
export const FULL_TEXT_BOUNDS: TextBounds = {
  limit: 3 * 1024 ** 2,
  width: 1_000,
  valueLines: 1_000,
  objectLines: [2_000, 200],
  names: 100_000,
  images: 2_000,
  fears: 500,
  problems: 500,
}

/** The same for what must not be cut: fewer of each, problems before fears. */
export function tighter(bounds: TextBounds): TextBounds {
  const { fears, problems, names } = bounds
  const fewer = (count: number) => Math.max(1, Math.floor(count / 2))
  return problems > FEW
    ? { ...bounds, problems: fewer(problems) }
    : { ...bounds, fears: fewer(fears), problems: fewer(problems), names: fewer(names) }
}

/** Number of problems below which fears are told less, too. */
const FEW = 3

/** Whether fewer can be told. */
export function canTighten({ fears, problems }: TextBounds): boolean {
  return fears > 1 || problems > 1
}
