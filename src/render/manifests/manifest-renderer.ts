import { mergeValues } from '../../declare/fleet/merge-values.ts'
import { fault } from '../../model/fault.ts'
import type { Template } from '../../model/template.ts'
import { readDefaults } from '../read-defaults.ts'
import type { Renderer } from '../render.ts'
import { readTemplate } from './read-template.ts'
import { schemaProblems } from './schema-problems.ts'

/** Fills in a directory of manifests; `values.yaml` in it holds the defaults. */
export function manifestRenderer(template: Template): Renderer {
  const form = readTemplate(template)
  const defaults = readDefaults(template)
  if ('fault' in defaults) {
    const nothing = { objects: [], faults: [defaults.fault] }
    return { digest: template.digest, render: () => nothing }
  }
  return {
    digest: template.digest,
    defaults,
    render: ({ values, installation, location }) => {
      const merged = mergeValues(defaults.values, values)
      const misfits = schemaProblems(template, merged)
      if (misfits.length > 0)
        return { objects: [], faults: misfits.map((problem) => fault('bad-value', problem, { location })) }
      return form.fill({ values: merged, installation })
    },
  }
}
