/**
 * No control characters, and no half of a surrogate pair: PostgreSQL takes U+0000 in no text, and
 * neither of them in JSON. For the `pattern` of a schema.
 */
export const PRINTABLE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$'
