import type { DeclaredObject } from '../../../model/installation.ts'

/** The place of an object in what is rendered. */
export function placeKey({ origin: { file, document, pointer } }: DeclaredObject): string {
  return JSON.stringify([file, document, pointer])
}
