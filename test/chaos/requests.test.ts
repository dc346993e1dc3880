import { chaosTests } from './chaos-tests.ts'
import { REQUEST_MIXTURES } from './mixtures.ts'

chaosTests(REQUEST_MIXTURES)
