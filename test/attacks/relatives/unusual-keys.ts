/** Stands for the key `__proto__`, which an object literal cannot have. */
export const PROTO = 'KEY-OF-THE-PROTOTYPE'

/** Keys that objects of JavaScript have of themselves. */
export const UNUSUAL_KEYS = [
  PROTO,
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'toJSON',
  'then',
  'length',
]

/** Puts the keys into a text that stand for others. */
export function escapesOf(text: string): string {
  return text.replaceAll(PROTO, '__proto__')
}
