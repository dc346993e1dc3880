import { readdir, readFile } from 'node:fs/promises'
import { loadAll } from 'js-yaml'
import type { KubernetesObject } from '../../../../src/model/object.ts'

/**
 * The same objects may be there several times, each time under another word that takes the place of
 * `twin` in names and namespaces. The words are hexadecimal, so that they fit into an IP address.
 */
export type Twin = 'f00d' | 'beef' | 'cafe'

const DIRECTORY = new URL('objects/', import.meta.url)

/** The catalogue as the files below objects/ have it. */
export async function loadCatalogue(): Promise<readonly KubernetesObject[]> {
  const files = (await readdir(DIRECTORY)).sort()
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, DIRECTORY), 'utf8')))
  return texts.flatMap((text) => loadAll(text) as KubernetesObject[])
}

/** Anything of the catalogue as one of the twins has it. */
export function asTwin<T extends object>(value: T, twin: Twin): T {
  return JSON.parse(JSON.stringify(value).replaceAll('twin', twin))
}

/** What a twin has, as the catalogue has it. */
export function fromTwin<T extends object>(value: T, twin: Twin): T {
  return JSON.parse(JSON.stringify(value).replaceAll(twin, 'twin'))
}
