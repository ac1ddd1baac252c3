/** A charge, in the wire's form. */
export interface Intent {
  id: string
  object: 'payment_intent'
  amount: number
  currency: string
  created: number
  customer: string
  payment_method: string
  status: string
  metadata: Record<string, string>
  last_payment_error: { code: string; decline_code?: string; message: string } | null
  next_action: { type: string; redirect_to_url: { url: string } } | null
  amount_refunded: number
  client_secret: string
}
