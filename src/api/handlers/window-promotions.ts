import {
  parseWindowPromotion,
  type WindowPromotionDocument,
} from '../../core/funding/window-promotions.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { listWindowPromotions, publishWindowPromotion } from '../../store/control/index.ts'
import type { WindowPromotionRecord } from '../../store/control/window-promotions.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { documentFaults } from '../read-in.ts'

const promotionJson = ({ document, publishedAt }: WindowPromotionRecord) => ({
  document,
  published_at: formatInstant(publishedAt),
})

export const windowPromotionHandlers: Handlers<'publishWindowPromotion' | 'listWindowPromotions'> =
  {
    publishWindowPromotion: async ({ body }, { pool, engine, catalogue, nowMs }) => {
      const parsed = parseWindowPromotion(body)
      if (!parsed.ok)
        throw new ProblemError('window_promotion_invalid', {
          errors: documentFaults(parsed.problems),
        })
      const document = body as WindowPromotionDocument
      const result = await publishWindowPromotion(pool, document, instant(nowMs()))
      if (result.status === 'id_taken') throw new ProblemError('window_promotion_exists')
      catalogue.forget()
      await engine.reloadCatalogue()
      const answer = promotionJson(result.record)
      return result.status === 'published' ? created(answer) : ok(answer)
    },

    listWindowPromotions: async (_inbound, { pool, nowMs }) => {
      const records = await listWindowPromotions(pool)
      return ok({ items: records.map(promotionJson), as_of: formatInstant(instant(nowMs())) })
    },
  }
