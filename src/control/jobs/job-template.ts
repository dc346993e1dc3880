import { isJsonArray, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'

/** Maximum time of a Job that sets none, in seconds. */
const DEADLINE_SECONDS = 3_600

/** A Job's spec that ends in time, and whose containers leave their last words. */
export function boundedJob(spec: JsonObject): JsonObject {
  return { activeDeadlineSeconds: DEADLINE_SECONDS, ...spec, template: withLastWords(spec.template) }
}

/** The kubelet notes the end of a failed container's output, where the container does not say what it is to note. */
function withLastWords(template: JsonValue | undefined): JsonObject {
  const { spec, ...rest } = objectIn(template)
  const { containers, ...others } = objectIn(spec)
  const telling = isJsonArray(containers)
    ? containers.map((container) => ({
        terminationMessagePolicy: 'FallbackToLogsOnError',
        ...objectIn(container),
      }))
    : (containers ?? [])
  return { ...rest, spec: { ...others, containers: telling } }
}

/** Maximum length of the readable part of a name; with its digest it is a label (RFC 1123). */
const LONGEST_NAME = 45

/** The name of a Job: words for people, and what makes it the only one. @param digest hexadecimal */
export function jobName(words: string, digest: string): string {
  const readable = words.replaceAll('.', '-').slice(0, LONGEST_NAME).replace(/-+$/, '')
  return `${readable}-${digest.slice(0, 16)}`
}
