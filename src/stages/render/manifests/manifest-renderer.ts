import type { Decrypt } from '../../../model/decrypt.ts'
import { allSecrets } from '../../../model/secrets.ts'
import type { Template } from '../../../model/template.ts'
import { mergeValues } from '../../declare/fleet/merge-values.ts'
import { readDefaults } from '../read-defaults.ts'
import type { Renderer } from '../renderer.ts'
import { scopeWithStandIns } from '../secrets/scope-with-stand-ins.ts'
import { checkValuesOf } from './check-values.ts'
import { readTemplate } from './read-template.ts'

/** Fills in a directory of manifests; `values.yaml` in it holds the defaults. */
export async function manifestRenderer(template: Template, decrypt: Decrypt): Promise<Renderer> {
  const form = await readTemplate(template, decrypt)
  const defaults = await readDefaults(template, decrypt)
  if ('faults' in defaults) {
    const { faults } = defaults
    const isUndecryptable = faults.some(({ code }) => code === 'undecryptable')
    const nothing = { objects: [], faults }
    return { digest: template.digest, ...(isUndecryptable && { isUndecryptable }), render: () => nothing }
  }
  const checkValues = await checkValuesOf(template)
  const secrets = allSecrets(form.secrets, defaults.secrets)
  return {
    digest: template.digest,
    isImmediate: true,
    defaults: defaults.layer,
    ...(secrets && { secrets }),
    ...(form.isUndecryptable && { isUndecryptable: true }),
    render: ({ values, installation, placeOf, secrets, largest }) => {
      const merged = mergeValues(defaults.layer.values, values)
      const faults = checkValues(merged, { placeOf, secrets })
      if (faults.length > 0) return { objects: [], faults }
      const scope = { values: merged, installation }
      const { refill, ...filled } = form.fill(scope, largest)
      return { ...filled, again: (standIns) => refill(scopeWithStandIns(scope, standIns), standIns) }
    },
  }
}
