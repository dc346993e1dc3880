import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'

const LABEL_VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
/** Patterns that git check-ref-format refuses in a name. */
const BAD_IN_REF = /[\s~^:?*[\\\p{Cc}]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|^[./-]|[./]$|^@$/u

/** Reads a name for the value of a Kubernetes label and part of a branch name. */
export function readLabelValue(text: string): Parsed<string> {
  return LABEL_VALUE.test(text) && !BAD_IN_REF.test(text)
    ? { value: text }
    : { problem: `${quoted(text)} is not a name of at most 63 letters, digits, "-", "_" and "."` }
}

/** Reads the name of a Kubernetes namespace (RFC 1123 label). */
export function readNamespace(text: string): Parsed<string> {
  return DNS_LABEL.test(text)
    ? { value: text }
    : { problem: `${quoted(text)} is not a namespace: at most 63 lower-case letters, digits and "-"` }
}

/** Reads the name of a branch (git check-ref-format), with or without `refs/heads/`. */
export function readBranch(text: string): Parsed<string> {
  const name = text.replace(/^refs\/heads\//, '')
  return name !== '' && !BAD_IN_REF.test(name)
    ? { value: name }
    : { problem: `${quoted(text)} is not a name that Git accepts for a branch` }
}

/** Reads one of `choices`. */
export function readChoice<const T extends string>(choices: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text)
    return value === undefined
      ? { problem: `${quoted(text)} is not one of ${choices.join(', ')}` }
      : { value }
  }
}

/** Reads any text that is not blank. */
export function readText(text: string): Parsed<string> {
  return text.trim() === '' ? { problem: 'is empty' } : { value: text }
}
