import { FaultError } from '../../../model/fault.ts'
import type { FaultCode } from '../../../model/fault-table.ts'
import { sourceFault } from '../source-fault.ts'
import { checkIdentity } from './check-identity.ts'
import { checkSimpleSignature } from './check-simple-signature.ts'
import type { SignedImage } from './evidence.ts'
import { packagedMetadata } from './packaged-metadata.ts'
import type { ProvenChart } from './proven-chart.ts'
import type { CosignTrust } from './trust-of.ts'

/** Faults of one signature, beside which another may hold. */
const OF_SIGNATURE: readonly FaultCode[] = ['bad-provenance', 'untrusted-signer']

/**
 * Checks that one of the signatures of a manifest is by a listed signer, and that the package in it is of the
 * version that was asked for: a tag may name the signed manifest of another.
 * @throws FaultError missing-provenance, bad-provenance, untrusted-signer
 */
export async function checkCosign(
  image: SignedImage,
  proven: ProvenChart,
  trust: CosignTrust,
): Promise<void> {
  await checkSignatures(image, trust)
  checkIdentity(await packagedMetadata(proven), proven.chart, 'the signed package')
}

async function checkSignatures(image: SignedImage, trust: CosignTrust): Promise<void> {
  const problems: FaultError[] = []
  for await (const check of checksOf(image, trust)) {
    try {
      return await check()
    } catch (error) {
      if (!(error instanceof FaultError) || !OF_SIGNATURE.includes(error.fault.code)) throw error
      problems.push(error)
    }
  }
  // A signature of a listed signer for something else tells more than one of others.
  const told = problems.find(({ fault }) => fault.code === 'bad-provenance') ?? problems[0]
  throw told ?? sourceFault('missing-provenance', `${image.digest} has no signature of cosign`)
}

async function* checksOf(image: SignedImage, trust: CosignTrust): AsyncGenerator<() => Promise<void>> {
  const bundles = await image.bundles()
  if (bundles.length > 0) {
    const { checkBundle } = await import('./check-bundle.ts') // loads the libraries of Sigstore
    for (const bundle of bundles) yield async () => checkBundle(bundle, image, trust)
  }
  if (!('keys' in trust)) return
  for (const signature of await image.signatures())
    yield async () => checkSimpleSignature(signature, image, trust)
}
