/** Said where files are encrypted and there is no key. */
export const ENCRYPTED_NOTE =
  'Some files are encrypted by SOPS and no key is given: their values are left encrypted.\n'
