import type { JsonObject } from '../../../model/json.ts'
import { objectIn, textIn } from '../../../model/json.ts'
import { numberIn } from '../read.ts'
import { type Diagnosis, diagnosis } from './diagnosis.ts'
import { redactPasswords } from './redact-passwords.ts'

const CRASH_LOOP = 'CrashLoopBackOff'
const NO_IMAGE = 'ImagePullBackOff'

/** Why a container waits that will not start without somebody's help (kubelet), and what is said for it. */
const STUCK: ReadonlyMap<string, string> = new Map([
  [CRASH_LOOP, CRASH_LOOP],
  ['CreateContainerConfigError', 'CreateContainerConfigError'],
  ['CreateContainerError', 'CreateContainerError'],
  ['ErrImageNeverPull', 'ErrImageNeverPull'],
  // The kubelet goes back and forth between the two.
  ['ErrImagePull', NO_IMAGE],
  [NO_IMAGE, NO_IMAGE],
  ['ImageInspectError', 'ImageInspectError'],
  ['InvalidImageName', 'InvalidImageName'],
  ['PostStartHookError', 'PostStartHookError'],
  ['RegistryUnavailable', NO_IMAGE],
  ['RunContainerError', 'RunContainerError'],
  ['SignatureValidationFailed', 'SignatureValidationFailed'],
  ['StartError', 'StartError'],
])
const LONGEST_LAST_WORDS = 200

/** What keeps a container from running, by its ContainerStatus. Says nothing that changes all the time. */
export function diagnoseContainer(container: JsonObject): Diagnosis | undefined {
  const waiting = objectIn(objectIn(container.state).waiting)
  const reason = STUCK.get(textIn(waiting.reason))
  const name = `container ${textIn(container.name)}`
  if (reason === undefined) return restartTrouble(name, container)
  // The kubelet's own message says for how long it backs off.
  const details = reason === CRASH_LOOP ? lastEnd(container) : oneLine(textIn(waiting.message))
  return diagnosis('degraded', `${name}: ${reason}`, details)
}

/** In a crash loop the container runs now and then: it is the same diagnosis. */
function restartTrouble(name: string, container: JsonObject): Diagnosis | undefined {
  const { terminated } = objectIn(container.state)
  const hasEnded = terminated !== undefined || numberIn(container.restartCount) > 0
  const end = hasEnded && container.ready !== true ? lastEnd(container) : ''
  if (end === '') return undefined
  return { status: 'progressing', key: `${name}: ${CRASH_LOOP}`, text: `${name}: ${end}` }
}

function lastEnd({ state, lastState }: JsonObject): string {
  return endOf(objectIn(state).terminated) || endOf(objectIn(lastState).terminated)
}

/** How a container ended that should not have, with its last words; empty where it ended well. */
export function endOf(terminated: unknown): string {
  const { exitCode, reason, message } = objectIn(terminated)
  if (typeof exitCode !== 'number' || exitCode === 0) return ''
  const why = textIn(reason) === '' || reason === 'Error' ? '' : ` (${textIn(reason)})`
  const end = `ended with exit code ${exitCode}${why}`
  const words = oneLine(redactPasswords(textIn(message)))
  return words === '' ? end : `${end}: ${lastOf(words)}`
}

export function isCrashLoop({ status, key, text }: Diagnosis): boolean {
  return status === 'degraded' && `${key} ${text}`.includes(`: ${CRASH_LOOP}`)
}

/** What an application says last is mostly what it died of. */
function lastOf(words: string): string {
  return words.length > LONGEST_LAST_WORDS ? `…${words.slice(-LONGEST_LAST_WORDS)}` : words
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
