import { invalid, missing } from './faults.ts'
import { type Form, textOf } from './form.ts'

type Make = <T extends object>(prefix: string, fields: T) => T & { readonly id: string }

interface Page {
  readonly id: string
  readonly object: 'checkout.session'
  readonly mode: 'setup'
  readonly url: string
  readonly customer: string
  readonly success_url: string
  setup_intent: { readonly payment_method: string } | null
}

/** The processor's own pages for saving a card, in memory. Nobody is there to fill them in but a test. */
export class CheckoutDesk {
  readonly #make: Make
  readonly #pages = new Map<string, Page>()

  constructor(make: Make) {
    this.#make = make
  }

  open(form: Form): object {
    if (textOf(form, 'mode') !== 'setup') throw invalid('parameter_unknown', 'Only mode: setup.')
    const { id } = this.#make('cs', {})
    const page: Page = {
      id,
      object: 'checkout.session',
      mode: 'setup',
      url: `https://processor.invalid/checkout/${id}`,
      customer: textOf(form, 'customer') ?? '',
      success_url: textOf(form, 'success_url') ?? '',
      setup_intent: null,
    }
    this.#pages.set(id, page)
    return page
  }

  read(id: string): Page {
    const page = this.#pages.get(id)
    if (!page) throw missing(id)
    return page
  }

  /** A person gives a card there: it is the customer's from then on. The address that they come back to. */
  complete(id: string, saved: (customer: string) => { readonly id: string }): string {
    const page = this.read(id)
    page.setup_intent ??= { payment_method: saved(page.customer).id }
    return page.success_url.replace('{CHECKOUT_SESSION_ID}', id)
  }
}
