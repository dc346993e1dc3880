import { FaultError, fault } from '../../../model/fault.ts'
import type { WebhookSettings } from '../../../model/settings.ts'
import { readSecretFile } from '../../../support/files/read-secret-file.ts'

/**
 * Reads the secrets of webhooks: each line that is not blank is one, so that a new one can be added before the old one is removed.
 * @throws FaultError webhook-secret-unusable
 */
export async function readWebhookSecrets({
  secretFile,
  secret,
}: WebhookSettings): Promise<readonly string[]> {
  const text =
    secretFile === undefined
      ? (secret?.reveal() ?? '')
      : await readSecretFile(secretFile, { unusable, mayBeEmpty: true })
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length === 0) throw unusable(secretFile === undefined ? 'it is empty' : `${secretFile} is empty`)
  return lines
}

function unusable(details: string, cause?: unknown): FaultError {
  return new FaultError(fault('webhook-secret-unusable', details), { cause })
}
