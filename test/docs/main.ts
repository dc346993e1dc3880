import { mkdir, writeFile } from 'node:fs/promises'
import { referencePages } from './reference.ts'

/** Writes docs/reference: `npm run docs`. */
const directory = new URL('../../docs/reference/', import.meta.url)
await mkdir(directory, { recursive: true })
for (const [name, text] of await referencePages()) await writeFile(new URL(name, directory), text)
