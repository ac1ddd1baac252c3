-- Where the tax of a refund was entered: a refund that the bank does not take in the end is entered back.

alter table control.purchase_refund add column tax_ref text;
