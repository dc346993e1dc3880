import { readFile } from 'node:fs/promises'
import { FaultError, fault } from '../../../model/fault.ts'
import type { WebhookSettings } from '../../../model/settings.ts'

/**
 * Reads the secrets of webhooks: each line that is not blank is one, so that a new one can be added before the old one is removed.
 * @throws FaultError webhook-secret-unusable
 */
export async function readWebhookSecrets({
  secretFile,
  secret,
}: WebhookSettings): Promise<readonly string[]> {
  const text = secretFile === undefined ? (secret?.reveal() ?? '') : await read(secretFile)
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length === 0) throw unusable(secretFile === undefined ? 'it is empty' : `${secretFile} is empty`)
  return lines
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(`${file} cannot be read (${error.code})`, error)
  })
}

function unusable(details: string, cause?: unknown): FaultError {
  return new FaultError(fault('webhook-secret-unusable', details), { cause })
}
