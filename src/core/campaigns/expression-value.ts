import type { Comparison, Expression, Operand } from './expression.ts'

export type FactValue = boolean | string | number | readonly string[]

/** `null`: a fact that it hangs on is not known. */
export type Truth = boolean | null

type Lookup = (name: string) => FactValue | null

/**
 * The value of an expression in three-valued logic (Kleene): what is unknown stays unknown unless the
 * other side decides. Total: every checked expression has a value on every set of facts.
 */
export function truthOf(expression: Expression, fact: Lookup): Truth {
  switch (expression.op) {
    case 'and':
      return both(truthOf(expression.left, fact), truthOf(expression.right, fact))
    case 'or':
      return either(truthOf(expression.left, fact), truthOf(expression.right, fact))
    case 'not':
      return opposite(truthOf(expression.of, fact))
    case 'holds':
      return toTruth(operandValue(expression.of, fact))
    case 'compare':
      return compare(
        expression.by,
        operandValue(expression.left, fact),
        operandValue(expression.right, fact),
      )
    case 'in':
      return contains(expression.list, operandValue(expression.item, fact), fact)
  }
}

const opposite = (truth: Truth): Truth => (truth === null ? null : !truth)
const both = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true
const either = (a: Truth, b: Truth): Truth => opposite(both(opposite(a), opposite(b)))

const toTruth = (value: FactValue | null): Truth => (typeof value === 'boolean' ? value : null)

const operandValue = (operand: Operand, fact: Lookup): FactValue | null => {
  if (operand.kind === 'fact') return fact(operand.name)
  return operand.kind === 'literal' ? operand.value : null
}

function compare(by: Comparison, left: FactValue | null, right: FactValue | null): Truth {
  if (left === null || right === null) return null
  if (by === '==' || by === '!=') return (left === right) === (by === '==')
  if (typeof left !== 'number' || typeof right !== 'number') return null
  if (by === '<') return left < right
  if (by === '<=') return left <= right
  return by === '>' ? left > right : left >= right
}

function contains(list: Operand, item: FactValue | null, fact: Lookup): Truth {
  if (item === null) return null
  const values = list.kind === 'list' ? list.values : operandValue(list, fact)
  if (!Array.isArray(values)) return null
  return values.some((value) => value === item)
}
