import { DUMP_SCHEMA, type DumpOptions, intCoreTag } from 'js-yaml'
import { printableYaml } from '../../../model/printable-yaml.ts'

/** The library's schema, which has numbers only, with bigints as integers. */
const schema = DUMP_SCHEMA.withTags(
  DUMP_SCHEMA.tags.flatMap((tag) =>
    tag.nodeKind === 'scalar' && tag.tagName === intCoreTag.tagName
      ? [{ ...tag, identify: (value: unknown) => typeof value === 'bigint' || tag.identify(value) }]
      : [],
  ),
)

/** A JSON value as YAML. */
export function dumpYaml(value: unknown, options: DumpOptions = {}): string {
  return printableYaml(value, { noRefs: true, schema, ...options })
}
