import type { AlertWords } from './words.ts'

export const alertsEn: AlertWords = {
  titles: {
    window_level: '{window}: {used} % used - {left} % left',
    window_used_up: '{window} is used up: {used} % used - {left} % left',
    window_forecast: '{window} may run out before it resets: {used} % used - {left} % left',
    window_reset: '{window} is open again',
    cap_level: '{cap}: {used} % used - {left} % left',
    cap_used_up: '{cap} is reached: {used} % used - {left} % left',
    cap_forecast: '{cap} may be reached before its period ends: {used} % used - {left} % left',
    paid_use_started: 'Paid use has begun in this billing cycle',
    spend_anomaly: 'Unusual spending in the hour that is running',
    lot_expiring: '{lot} expires soon: {amount} is left',
    paid_use_on: 'Paid use was switched on',
    paid_use_off: 'Paid use was switched off',
    cap_set: '{cap} was set: {amount}',
    cap_removed: 'A spend cap was removed',
    reload_done: 'Auto-reload has charged {total}',
    reload_declined: 'Auto-reload was declined and has stopped',
    reload_stopped: 'Auto-reload has stopped; nothing was charged',
    reload_limited: 'Auto-reload has reached a limit that you set',
    payment_failed: 'The fee of your plan “{plan}” is not paid',
    statement_ready: 'Your statement {label} is ready',
    endpoint_disabled: 'Notifications to “{name}” have stopped',
    campaign_open: 'You can claim credit: {name}, {amount}',
    refund_given: 'We charged {amount} wrongly, and have given it back',
    test: 'Test of this notification endpoint',
  },
  lines: {
    account: 'Account: “{name}” ({id}).',
    asOf: 'These figures are as of {date}, entry {seq}.',
    standing: '{used} % used - {left} % left.',
    amounts: '{used} of {limit} used - {left} left.',
    resets: 'Resets {when}.',
    neverResets: 'It never resets.',
    runsOut: 'At the pace so far it runs out {when}.',
    cap: 'The cap: {cap}.',
    windowOpen: 'A new run has begun, with {limit} at list price.',
    windowStarts: 'Starts with your next call; {limit} at list price.',
    paid: '{amount} was drawn from paid credit and overage since the cycle began on {date}.',
    cycleEnds:
      'The cycle ends {when}. You will be told again when paid use begins in the next one.',
    anomaly: '{spent} was spent in this hour; the usual hour of the last seven days costs {usual}.',
    hour: 'The hour began on {date}.',
    lot: '{used} of {limit} used - {left} left.',
    expires: 'Expires {when}. What is left then is lost.',
    changedBy: 'Changed on {date} by “{actor}”. Nothing was charged.',
    entry: 'Journal entry {seq} has the rest.',
    payment: '{total} was charged: {amount} plus {tax} of tax.',
    paidWith: 'Paid with {card}. Payment “{payment}”.',
    method: '{brand} ****{last4}',
    methodUnknown: 'the saved card',
    newLot: 'It made {amount} of credit, which does not expire (lot “{lot}”).',
    newLotEnds: 'It made {amount} of credit (lot “{lot}”). Expires {when}.',
    paymentId: 'Payment “{payment}”.',
    declined:
      'The charge of {total} ({amount} plus {tax} of tax) to {card} was declined (reason “{reason}”). Nothing was charged.',
    authentication_required:
      'The bank of {card} wants you to confirm the charge of {total} ({amount} plus {tax} of tax). Nothing was charged so far.',
    method_removed:
      'The card for the charge of {total} ({amount} plus {tax} of tax) was removed. Nothing was charged.',
    terms_changed:
      'The tax on {amount} of credit is not the one that you agreed to any more: it would be {tax}. Nothing was charged.',
    not_charged:
      'The charge of {total} ({amount} plus {tax} of tax) to {card} was not made in time. Nothing was charged.',
    no_longer_due: 'The charge of {total} was not due any more. Nothing was charged.',
    day_limit:
      'Your credit is low, but {total} ({amount} plus {tax} of tax) more would exceed your limit of a day. Nothing was charged.',
    month_limit:
      'Your credit is low, but {total} ({amount} plus {tax} of tax) more would exceed your limit of a month. Nothing was charged.',
    again: 'It goes on by itself {when}.',
    never: 'One charge is more than the limit: under these terms it never goes on.',
    feeDeclined:
      'The charge of {total} ({amount} plus {tax} of tax) to {card} was declined (reason “{reason}”). Nothing was charged.',
    feeAwaited:
      '{amount} plus tax is due, and no card could be charged for it (reason “{reason}”).',
    feeRetry: 'It is tried again {when}.',
    feeNoRetry: 'It is not tried again by itself.',
    feeEnds:
      'Until then the plan goes on. If the fee is not paid, the plan ends {when}, and you have “{fallback}”. Your credit stays.',
    endpoint: 'The last attempt ended with “{outcome}”.',
    failingSince: 'No attempt has succeeded since {date}. What is to be told is kept.',
    offer: 'It is {amount}. Claiming changes no setting and charges nothing.',
    claimUntil: 'It can be claimed until {when}.',
    claimOpen: 'The time for claiming it has no end.',
    offerExpires: 'What is not used ends {when}, were it claimed now.',
    cycle: 'It is about the cycle from {start} until {end}.',
    balances: 'At its end you had {prepaid} of paid and {promotional} of promotional credit.',
    owed: '{owed} of overage was owed.',
    invoiced: 'Its invoice is over {total}, due on {date}.',
    wrongCharge: 'It is about the call of receipt {receipt}.',
    backToPlan: '{amount} went back to the windows of your plan.',
    backToOverage: '{amount} was taken off the overage that you owe.',
    backToCard:
      'You bought some of this credit: what is unused of a purchase can be paid back to your card on request.',
    backToCredit: '{amount} went back to the credit that it came from.',
    test: 'You asked for this message. Nothing has happened in your account.',
  },
  next: {
    windowCredit: 'Nothing to do: when it is used up, calls go on with your credit.',
    windowStops:
      'When it is used up, calls stop until it resets. To go on then, add credit and switch paid use on.',
    windowUsedUpCredit:
      'Calls go on with your credit. To stop that, switch paid use off or set a cap.',
    windowUsedUpStops:
      'Calls stop until it resets, and nothing is charged. To go on now, add credit and switch paid use on.',
    cap: 'Calls that would exceed it will be refused. The owner of the account can raise it.',
    capUsedUp:
      'Calls that need money are refused now, and nothing is charged for them. The owner of the account can raise the cap.',
    windowReset: 'You can go on.',
    paidUseStarted: 'If you did not expect this, switch paid use off or set a cap.',
    anomaly:
      'Look at the latest calls; if a key is misused, revoke it. A cap limits what can be spent.',
    lot: 'It is used in the order of expiry without your doing anything.',
    changed: 'If it was not you, change it back and revoke the keys that you do not know.',
    reloadDone: 'To stop it, switch auto-reload off.',
    reloadDeclined:
      'Check the card or save another, then switch auto-reload on again. Until then nothing is charged.',
    reloadConfirm:
      'Open the link of this payment in the list of purchases and confirm it, then switch auto-reload on again.',
    reloadAgree: 'Look at the new terms, then switch auto-reload on again.',
    reloadLimited: 'To go on sooner, buy credit yourself or agree to a higher limit.',
    payFee: 'Check the card or save another; to pay at once, renew the subscription.',
    endpoint: 'Mend the endpoint and enable it again: what was kept is then sent.',
    campaign: 'Claim it if you want it. Without a claim nothing is given, and nothing is lost.',
    statementDue: 'Pay the invoice by its due date, and name its number.',
    statement: 'Nothing to do: it can be read as a page, as PDF or as CSV.',
    refundGiven: 'Nothing to do: the receipt shows what was charged and what was given back.',
    test: 'Nothing to do: this endpoint works.',
  },
}
