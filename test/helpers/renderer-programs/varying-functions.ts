/** Template functions with a different result at each call; varying.go lists them, too. */
const names = [
  'ago',
  'bcrypt',
  'encryptAES',
  'genCA',
  'genCAWithKey',
  'genPrivateKey',
  'genSelfSignedCert',
  'genSelfSignedCertWithKey',
  'genSignedCert',
  'genSignedCertWithKey',
  'htpasswd',
  'now',
  'randAlpha',
  'randAlphaNum',
  'randAscii',
  'randBytes',
  'randInt',
  'randNumeric',
  'shuffle',
  'uuidv4',
]

/** Those of the functions that a template mentions, called or not. */
export function mentionedVarying(templates: readonly string[]): readonly string[] {
  return names.filter((name) => mentions(templates, name))
}

/** Whether a template mentions the function. */
export function mentions(templates: readonly string[], name: string): boolean {
  const word = new RegExp(`\\b${name}\\b`)
  return templates.some((text) => word.test(text))
}
