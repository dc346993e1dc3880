import type { Budgets } from '../../model/budgets.ts'
import { ByteCollector } from '../../support/exchange/byte-collector.ts'
import type { DownloadClaim } from '../../support/exchange/download-room.ts'
import type { Pace } from '../../support/exchange/pace.ts'
import type { Purpose } from './answer-pace.ts'
import { tooLarge } from './git-fault.ts'
import { PackStart } from './pack-start.ts'

export interface ReadAnswerOptions {
  readonly budgets: Budgets
  /** Counts what is fetched. */
  readonly claim?: DownloadClaim | undefined
}

/** Reads an answer whole, within its budget and its pace. @throws FaultError git-too-large */
export async function readAnswer(
  body: AsyncIterable<Uint8Array>,
  purpose: Purpose,
  pace: Pace,
  { budgets: { gitAnswer, gitList }, claim }: ReadAnswerOptions,
): Promise<Buffer> {
  const maxBytes = purpose === 'fetch' ? gitAnswer : gitList
  const answer = new ByteCollector()
  let packStart = purpose === 'fetch' ? new PackStart() : undefined
  pace.moved(0)
  pace.flows(purpose === 'list')
  for await (const chunk of body) {
    claim?.take(chunk.length)
    answer.add(chunk)
    if (answer.size > maxBytes) throw tooLarge(`the answer to a ${purpose}`, maxBytes)
    const found = packStart?.read(chunk)
    if (found === 'part') pace.trickled(chunk.length)
    else pace.moved(chunk.length)
    if (found !== 'pack') continue
    packStart = undefined
    pace.flows(true)
  }
  return answer.bytes()
}
