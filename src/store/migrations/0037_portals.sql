-- Portals in other products: how they look, and what the link of each has said.

create table control.portal_theme (
  theme_id text primary key,
  look jsonb not null,
  updated_at timestamptz not null
);

-- { theme, return_url, lang }, each null where nothing was said; null of what is no portal
alter table control.sign_in_link add column portal jsonb;
alter table control.session add column portal jsonb;
