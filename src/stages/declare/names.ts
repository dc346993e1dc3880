const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const word = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/

/** A DNS label (RFC 1123): at most 63 lower-case letters, digits and `-`. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && label.test(text)
}

/** A DNS subdomain (RFC 1123): labels joined by `.`, at most 253 characters in all. */
export function isDnsSubdomain(text: string): boolean {
  if (text.length > 253) return false
  return label.test(text) || text.split('.').every((part) => label.test(part))
}

/** The name of a release (Helm, chartutil.ValidateReleaseName). */
export function isReleaseName(text: string): boolean {
  return text.length <= 53 && isDnsSubdomain(text)
}

/** A segment of a URL path (apimachinery, IsValidPathSegmentName). */
export function isPathSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !/[/%]/.test(text)
}

/** The value of a label (apimachinery, IsValidLabelValue). */
export function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= 63 && word.test(text))
}

/** The key of a label: a name with an optional DNS prefix (apimachinery, IsQualifiedName). */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/')
  const name = text.slice(slash + 1)
  return name.length <= 63 && word.test(name) && (slash < 0 || isDnsSubdomain(text.slice(0, slash)))
}
