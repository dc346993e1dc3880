import { budgetsPage } from './budgets-page.ts'
import { commandsPage } from './commands-page.ts'
import { faultsPage } from './faults-page.ts'
import { kindsPage } from './kinds-page.ts'
import { logPage } from './log-page.ts'
import { metricsPage } from './metrics-page.ts'
import { optionsPage } from './options-page.ts'

/** The pages of docs/reference that are made from the program's own tables: name → text. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map(
    Object.entries({
      'budgets.md': budgetsPage(),
      'commands.md': commandsPage(),
      'faults.md': faultsPage(),
      'kinds.md': kindsPage(),
      'log.md': await logPage(),
      'metrics.md': metricsPage(),
      'options.md': optionsPage(),
    }),
  )
}
