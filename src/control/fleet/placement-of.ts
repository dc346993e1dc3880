import type { Settings } from '../../model/settings.ts'
import type { RenderPlacement } from '../../stages/render/render.ts'

/** What settings say of installations that say nothing, or may not say something. */
export function placementOf({
  namespace,
  tenancy: { accounts },
  rules: { hibernate },
}: Pick<Settings, 'namespace' | 'tenancy' | 'rules'>): RenderPlacement {
  return { namespace, accounts, hibernate }
}
