import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { DeskFailure } from '$lib/backend/backend';
import { SampleBackend, scenario } from '$lib/backend/sample/sample';
import Listing from '../../src/screens/listings/Listing.svelte';
import Listings from '../../src/screens/listings/Listings.svelte';
import { asked, bench, on } from '../bench';

describe('listings', () => {
  it('show their real status, sales and views', async () => {
    bench(Listings, {}, 'busy');
    const cards = await screen.findAllByTestId('listing-card');
    expect(cards).toHaveLength(9);
    expect(cards[0]).toHaveTextContent('On sale');
    expect(cards[0]).toHaveTextContent('41 sold');
    expect(cards[3]).toHaveTextContent('The marketplace is reviewing it');
    expect(cards[4]).toHaveTextContent('The marketplace did not take this listing');
    expect(cards[5]).toHaveTextContent('Draft, only you see it');
  });

  it('word a status this version does not know', async () => {
    const backend = new SampleBackend(scenario('busy'));
    backend.listings = backend.listings.slice(0, 1).map((listing) => ({ ...listing, status: 'other', market_status: 'frozen_by_clerk' }));
    on(backend, Listings, {});
    expect(await screen.findByTestId('listing-card')).toHaveTextContent('The marketplace says: frozen_by_clerk');
  });

  it('offer the first one when there is none', async () => {
    bench(Listings, {}, 'empty');
    expect(await screen.findByText('Nothing on the table yet')).toBeVisible();
    expect(screen.getByTestId('listing-new')).toHaveAttribute('href', '#/listings/new');
  });

  it('say what failed and try again', async () => {
    const { backend, user } = bench(Listings, {}, 'error');
    await screen.findByTestId('error-panel');
    await user.click(screen.getByTestId('try-again'));
    await waitFor(() => expect(asked(backend, 'listings.list')).toHaveLength(2));
  });

  it('are hidden from the menu and shown again', async () => {
    const { backend, user } = bench(Listings, {}, 'busy');
    const [more] = await screen.findAllByTestId('listing-more');
    await user.click(more as HTMLElement);
    await user.click(await screen.findByTestId('listing-hide'));
    await waitFor(() => expect(asked(backend, 'listings.hide')).toEqual([{ id: 'l1', hidden: true }]));
    await waitFor(() => expect(screen.getAllByTestId('listing-card')[0]).toHaveTextContent('Hidden from buyers'));
  });

  it('say what is paused, full or not yet told to the marketplace', async () => {
    bench(Listings, {}, 'busy');
    const cards = await screen.findAllByTestId('listing-card');
    const [paused, full, untold] = cards.slice(6);
    expect(paused).toHaveTextContent('Paused');
    expect(paused).not.toHaveTextContent('Hidden from buyers');
    expect(within(paused as HTMLElement).getByTestId('listing-resume')).toHaveAccessibleName('Resume “Your garden as a map”');
    expect(full).toHaveTextContent('Full: shown again when a place is free');
    expect(within(full as HTMLElement).getByTestId('listing-pause')).toBeVisible();
    expect(untold).toHaveTextContent('The marketplace could not be told yet');
    expect(untold).toHaveTextContent('no order of it is accepted unasked');
    expect(untold).not.toHaveTextContent('On sale');
    expect(within(cards[5] as HTMLElement).queryByTestId('listing-pause')).toBeNull();
  });

  it('are paused with one button and resumed with it', async () => {
    const { backend, user } = bench(Listings, {}, 'busy');
    const [card] = await screen.findAllByTestId('listing-card');
    await user.click(within(card as HTMLElement).getByTestId('listing-pause'));
    await waitFor(() => expect(screen.getAllByTestId('listing-card')[0]).toHaveTextContent('Paused'));
    within(screen.getAllByTestId('listing-card')[0] as HTMLElement).getByTestId('listing-resume').focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.getAllByTestId('listing-card')[0]).toHaveTextContent('On sale'));
    expect(asked(backend, 'listings.pause')).toEqual([
      { id: 'l1', paused: true },
      { id: 'l1', paused: false },
    ]);
  });

  it('hidden by hand stay hidden when they are resumed, and say so', async () => {
    const backend = new SampleBackend(scenario('busy'));
    backend.listings = backend.listings.filter(({ id }) => id === 'l3').map((listing) => ({ ...listing, paused: true }));
    const { user } = on(backend, Listings, {});
    const card = await screen.findByTestId('listing-card');
    expect(card).toHaveTextContent('Paused');
    expect(card).toHaveTextContent('Hidden from buyers');
    expect(card).toHaveTextContent('it stays hidden when you resume it');
    await user.click(within(card).getByTestId('listing-resume'));
    await waitFor(() => expect(screen.getByTestId('listing-card')).not.toHaveTextContent('Paused'));
    expect(screen.getByTestId('listing-card')).toHaveTextContent('Hidden from buyers');
    await user.click(screen.getByTestId('listing-more'));
    expect(await screen.findByTestId('listing-show')).toBeVisible();
  });

  it('are copied into a new draft that is opened', async () => {
    const { backend, user } = bench(Listings, {}, 'busy');
    const [more] = await screen.findAllByTestId('listing-more');
    await user.click(more as HTMLElement);
    await user.click(await screen.findByTestId('listing-copy'));
    await waitFor(() => expect(asked(backend, 'listings.save')).toHaveLength(1));
    expect(asked(backend, 'listings.save')[0]).toMatchObject({ id: null, form: { name: 'Watercolour portrait of your pet (copy)', price: '120' } });
    expect(asked(backend, 'listings.publish')).toEqual([]);
    await waitFor(() => expect(location.hash).toMatch(/^#\/listings\/(?!new)/));
  });

  it('are deleted only after a yes', async () => {
    const { backend, user } = bench(Listings, {}, 'busy');
    const [more] = await screen.findAllByTestId('listing-more');
    await user.click(more as HTMLElement);
    await user.click(await screen.findByTestId('listing-delete'));
    const dialog = await screen.findByTestId('delete-dialog');
    expect(dialog).toHaveTextContent('Orders already taken go on as agreed');
    expect(asked(backend, 'listings.delete')).toEqual([]);
    await user.click(within(dialog).getByTestId('listing-delete-yes'));
    await waitFor(() => expect(asked(backend, 'listings.delete')).toEqual([{ id: 'l1' }]));
    await waitFor(() => expect(screen.getAllByTestId('listing-card')).toHaveLength(8));
  });
});

describe('the form of a listing', () => {
  it('starts with a good one and publishes it in two clicks after saying what it binds to', async () => {
    const { backend, user } = bench(Listing, { id: null }, 'practice');
    expect(await screen.findByTestId('listing-name')).toHaveValue('A storybook picture of your pet');
    await waitFor(() => expect(screen.getByTestId('coach-verdict')).toHaveTextContent('Ready to publish'));
    await user.click(screen.getByTestId('listing-publish'));
    const dialog = await screen.findByTestId('publish-dialog');
    expect(dialog).toHaveTextContent('A buyer who orders pays 10 UAT; you get 9.5 UAT.');
    expect(dialog).toHaveTextContent('no real money');
    expect(asked(backend, 'listings.publish')).toEqual([]);
    await user.click(within(dialog).getByTestId('listing-publish-yes'));
    await waitFor(() => expect(asked(backend, 'listings.publish')).toHaveLength(1));
    expect(asked(backend, 'listings.save')[0]).toMatchObject({ id: null, form: { price: '10', automation: null, inventory: null } });
    await waitFor(() => expect(location.hash).toBe('#/today'));
  });

  it('shows in the preview what is written, as it is written', async () => {
    const { user } = bench(Listing, { id: null }, 'practice');
    const name = await screen.findByTestId('listing-name');
    await user.clear(name);
    await user.type(name, '<b>Owl</b>');
    await user.click(screen.getByTestId('listing-count-3'));
    const preview = screen.getByTestId('listing-preview');
    expect(within(preview).getByRole('heading')).toHaveTextContent('<b>Owl</b>');
    expect(preview).toHaveTextContent('3 × Square');
  });

  it('leads to what stands in the way instead of asking to publish it', async () => {
    const { user } = bench(Listing, { id: null }, 'practice');
    const price = await screen.findByTestId('listing-price');
    await user.clear(price);
    await user.type(price, '1.5');
    await waitFor(() => expect(price).toHaveAccessibleDescription(/Use a whole number/));
    expect(price).toHaveAttribute('aria-invalid', 'true');
    await user.click(screen.getByTestId('listing-publish'));
    expect(screen.queryByTestId('publish-dialog')).toBeNull();
    await waitFor(() => expect(price).toHaveFocus());
  });

  it('marks the field the marketplace refused until it is changed', async () => {
    const { user } = bench(Listing, { id: 'l5' }, 'busy');
    const problem = await screen.findByTestId('listing-problem');
    expect(problem).toHaveTextContent('fraud or forgery');
    expect(problem).toHaveTextContent('asks for an e-mail address');
    const description = screen.getByTestId('listing-description');
    expect(description).toHaveAccessibleDescription(/refused this text/);
    await user.type(description, ' Better.');
    await waitFor(() => expect(description).not.toHaveAttribute('aria-invalid'));
  });

  it('takes a refusal while publishing back to the field', async () => {
    const backend = new SampleBackend(scenario('practice'));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'listings.publish', request: { id: string }) => {
      const answer = await call(command, request);
      if (command !== 'listings.publish') return answer;
      const problem = { code: 'content_policy', message: '', fields: [], categories: ['drugs'], reasons: [] };
      backend.listings = backend.listings.map((listing) => ({ ...listing, market_listing_id: null, status: 'refused', problem }));
      throw new DeskFailure({ code: 'content_policy', message: '', detail: {} });
    }) as typeof backend.call;
    const { user } = on(backend, Listing, { id: null });
    await user.click(await screen.findByTestId('listing-publish'));
    await user.click(await screen.findByTestId('listing-publish-yes'));
    expect(await screen.findByTestId('listing-problem')).toHaveTextContent('drugs');
    await waitFor(() => expect(screen.getByTestId('listing-name')).toHaveFocus());
    expect(location.hash).not.toBe('#/today');
    // The marketplace does not say which text is meant: all are marked until one is changed.
    expect(screen.getByTestId('listing-tags')).toHaveAttribute('aria-invalid', 'true');
    await user.type(screen.getByTestId('listing-name'), '!');
    await waitFor(() => expect(screen.getByTestId('listing-description')).not.toHaveAttribute('aria-invalid'));
  });

  it('says that it checks when the answer of the marketplace got lost', async () => {
    const backend = new SampleBackend(scenario('practice'));
    const call = backend.call.bind(backend);
    backend.call = (async (command: 'listings.publish', request: { id: string }) => {
      const answer = await call(command, request);
      if (command !== 'listings.publish') return answer;
      backend.listings = backend.listings.map((listing) => ({ ...listing, status: 'unclear', problem: { code: 'market_network', message: '', fields: [], categories: [], reasons: [] } }));
      throw new DeskFailure({ code: 'market_network', message: '', detail: {} });
    }) as typeof backend.call;
    const { user } = on(backend, Listing, { id: null });
    await user.click(await screen.findByTestId('listing-publish'));
    await user.click(await screen.findByTestId('listing-publish-yes'));
    expect(await screen.findByTestId('listing-note')).toHaveTextContent('Stallkeeper looks before it tries again');
    expect(screen.queryByTestId('listing-problem')).toBeNull();
  });

  it('takes tags by Enter and comma, none twice, and gives the last one back', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    const tags = await screen.findByTestId('listing-tags');
    await user.type(tags, 'owl{Enter}cat,owl{Enter}fox{Enter}{Backspace}');
    await user.click(screen.getByTestId('listing-save'));
    await waitFor(() => expect(asked(backend, 'listings.save')[0]?.form.tags).toEqual(['owl', 'cat']));
  });

  it('writes the words of a look into the form and knows them again', async () => {
    const { user } = bench(Listing, { id: null }, 'practice');
    await user.click(await screen.findByTestId('listing-look-ink'));
    expect(screen.getByTestId('listing-style')).toHaveValue('loose black ink drawing with one accent colour, plenty of white');
    await user.type(screen.getByTestId('listing-style'), ', at night');
    expect(screen.getByTestId('listing-look-own')).toBeChecked();
  });

  it('changes a published one only after a yes, and leaves alone what the marketplace has fixed', async () => {
    const { user, backend } = bench(Listing, { id: 'l1' }, 'busy');
    expect(await screen.findByTestId('listing-stock')).toBeDisabled();
    expect(screen.getByTestId('listing-save')).toBeDisabled();
    await user.type(screen.getByTestId('listing-name'), '!');
    await user.click(screen.getByTestId('listing-save'));
    expect(asked(backend, 'listings.save')).toEqual([]);
    await user.click(await screen.findByTestId('listing-change-yes'));
    await waitFor(() => expect(asked(backend, 'listings.save')).toHaveLength(1));
    expect(asked(backend, 'listings.publish')).toEqual([]);
  });

  it('asks before a link throws away what is not saved', async () => {
    const { user, backend } = bench(Listing, { id: null }, 'practice');
    await user.type(await screen.findByTestId('listing-name'), '!');
    await user.click(screen.getByRole('link', { name: /All listings/ }));
    const dialog = await screen.findByTestId('leave-dialog');
    expect(location.hash).toBe('');
    await user.click(within(dialog).getByTestId('leave-save'));
    await waitFor(() => expect(location.hash).toBe('#/listings'));
    expect(asked(backend, 'listings.save')).toHaveLength(1);
  });

  it('goes on without a coach', async () => {
    const backend = new SampleBackend(scenario('practice'));
    const call = backend.call.bind(backend);
    backend.call = ((command: 'listings.check', request: never) =>
      command === 'listings.check' ? Promise.reject(new DeskFailure({ code: 'internal', message: '', detail: {} })) : call(command, request)) as typeof backend.call;
    const { user } = on(backend, Listing, { id: null });
    await waitFor(() => expect(screen.getByTestId('coach-verdict')).toHaveTextContent('cannot answer just now'));
    await user.click(screen.getByTestId('listing-publish'));
    expect(await screen.findByTestId('publish-dialog')).toHaveTextContent('pays 10 UAT.');
  });

  it('keeps what is being written when the engine tells of a change', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    const name = await screen.findByTestId('listing-name');
    await user.clear(name);
    await user.type(name, 'Mine');
    backend.emit({ kind: 'listing_changed', id: 'l6' });
    await vi.waitFor(() => expect(asked(backend, 'listings.get')).toHaveLength(2));
    expect(name).toHaveValue('Mine');
    await fireEvent.input(name, { target: { value: 'Mine too' } });
    expect(name).toHaveValue('Mine too');
  });
});

describe('the recipe of a listing', () => {
  it('follows the stall until something is chosen, and says what will happen', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    const says = await screen.findByTestId('listing-says');
    await waitFor(() => expect(says).toHaveTextContent('at most $0.50, the cap from Settings'));
    expect(says).toHaveTextContent('drawn by the models from Settings');
    await user.click(screen.getByTestId('listing-picture-models-own'));
    const chain = await screen.findByTestId('listing-picture-models-chain');
    expect(within(chain).getAllByRole('listitem').length).toBeGreaterThan(0);
    await user.type(screen.getByTestId('listing-picture-models-chain-name'), 'maker/other');
    await user.click(screen.getByTestId('listing-picture-models-chain-add'));
    await user.click(screen.getByTestId('listing-language-zh-CN'));
    await user.type(screen.getByTestId('listing-cap'), '0.2');
    await user.click(screen.getByTestId('listing-accept-seller'));
    expect(screen.queryByTestId('listing-least-price')).toBeNull();
    await waitFor(() => expect(says).toHaveTextContent('at most $0.20, this listing’s own cap'));
    expect(says).toHaveTextContent('Every order waits for your yes before it is accepted.');
    expect(says).toHaveTextContent('always written to in Chinese');
    expect(says).toHaveTextContent('maker/other');
    await user.click(screen.getByTestId('listing-save'));
    await waitFor(() => expect(asked(backend, 'listings.save')).toHaveLength(1));
    const recipe = asked(backend, 'listings.save')[0]?.form.recipe;
    expect(recipe).toMatchObject({ language: 'zh-CN', order_cap_usd: '0.2', accept_by_hand: true, text_models: [] });
    expect(recipe?.picture_models.at(-1)).toBe('maker/other');
  });

  it('sends a draft first, by a model of its own', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    expect(screen.queryByTestId('listing-draft-model')).toBeNull();
    await user.click(await screen.findByTestId('listing-draft-first'));
    const says = screen.getByTestId('listing-says');
    expect(says).toHaveTextContent('First the buyer gets a draft, and is asked');
    const model = await screen.findByTestId('listing-draft-model');
    await waitFor(() => expect(within(model).getAllByRole('option').length).toBeGreaterThan(1));
    const [, cheap] = within(model).getAllByRole<HTMLOptionElement>('option');
    await user.selectOptions(model, cheap ?? '');
    await user.click(screen.getByTestId('listing-save'));
    await waitFor(() => expect(asked(backend, 'listings.save')[0]?.form.recipe).toMatchObject({ draft_first: true, draft_model: cheap?.value }));
  });

  it('says which model cannot be shown the draft', async () => {
    const { user } = bench(Listing, { id: 'l6' }, 'busy');
    await user.click(await screen.findByTestId('listing-automation-ask_before_delivering'));
    await user.click(screen.getByTestId('listing-draft-first'));
    expect(screen.getByText('The draft goes out by itself; you are asked before the finished pictures are delivered.')).toBeVisible();
    expect(await screen.findByTestId('draft-unseen')).toHaveTextContent('GPT Image 1 mini cannot be shown a draft');
    await user.click(screen.getByTestId('listing-picture-models-own'));
    const chain = await screen.findByTestId('listing-picture-models-chain');
    await user.click(within(chain).getByRole('button', { name: 'Remove GPT Image 1 mini' }));
    expect(screen.queryByTestId('draft-unseen')).toBeNull();
  });

  it('asks for larger pictures, and the buyer’s card says so', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    expect(within(await screen.findByTestId('listing-size')).getByRole('radio', { name: /Standard/ })).toBeChecked();
    await user.click(screen.getByTestId('listing-size-4K'));
    expect(screen.getByTestId('listing-preview')).toHaveTextContent(', 4K');
    // Said where the size is chosen, and at the cap.
    const told = await screen.findAllByText(/^Up to \$0\.85 must be free to begin an order, and the cap that holds is \$0\.50/);
    expect(told.map((one) => one.closest('[data-field]')?.getAttribute('data-field'))).toEqual(expect.arrayContaining(['resolution', 'order_cap_usd']));
    await user.click(screen.getByTestId('listing-save'));
    await waitFor(() => expect(asked(backend, 'listings.save')[0]?.form.recipe.resolution).toBe('4K'));
  });

  it('goes back to the models of the stall', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    await user.click(await screen.findByTestId('listing-text-models-own'));
    await screen.findByTestId('listing-text-models-chain');
    await user.click(screen.getByTestId('listing-text-models-stall'));
    expect(screen.queryByTestId('listing-text-models-chain')).toBeNull();
    await user.type(screen.getByTestId('listing-least-price'), '50');
    await user.click(screen.getByTestId('listing-save'));
    await waitFor(() => expect(asked(backend, 'listings.save')[0]?.form.recipe).toMatchObject({ text_models: [], least_price: '50' }));
  });

  it('says that buyers see no difference when it alone is changed', async () => {
    const { user, backend } = bench(Listing, { id: 'l1' }, 'busy');
    await user.type(await screen.findByTestId('listing-cap'), '0.3');
    await user.click(screen.getByTestId('listing-save'));
    expect(await screen.findByTestId('change-dialog')).toHaveTextContent('The listing reads the same to buyers');
    await user.click(screen.getByTestId('listing-change-yes'));
    await waitFor(() => expect(asked(backend, 'listings.save')[0]?.form.recipe.order_cap_usd).toBe('0.3'));
  });

  it('hides the listing while all places are taken, where that is chosen', async () => {
    const { user, backend } = bench(Listing, { id: 'l6' }, 'busy');
    const says = await screen.findByTestId('listing-says');
    const choice = screen.getByRole('switch', { name: 'Hide this listing while all places are taken' });
    expect(choice).not.toBeChecked();
    choice.focus();
    await user.keyboard(' ');
    expect(choice).toBeChecked();
    expect(says).toHaveTextContent('While all places are taken, buyers do not see this listing.');
    await user.click(screen.getByTestId('listing-save'));
    await waitFor(() => expect(asked(backend, 'listings.save')[0]?.form.recipe.hide_when_full).toBe(true));
  });

  it('is part of what publishing binds to', async () => {
    const { user } = bench(Listing, { id: null }, 'practice');
    await user.type(await screen.findByTestId('listing-least-price'), '9');
    await user.click(screen.getByTestId('listing-publish'));
    expect(await screen.findByTestId('publish-dialog')).toHaveTextContent('Orders of 9 UAT or more are accepted by themselves; cheaper ones wait for your yes.');
  });
});

describe('the starting points of a new listing', () => {
  it('fill the form, and ask before they replace what was written', async () => {
    const { user } = bench(Listing, { id: null }, 'practice');
    const name = await screen.findByTestId('listing-name');
    await user.click(screen.getByTestId('listing-template-seasons'));
    expect(name).toHaveValue('One place, four pictures, four seasons');
    expect(screen.getByTestId('listing-count-4')).toBeChecked();
    await user.type(name, '!');
    await user.click(screen.getByTestId('listing-template-avatar'));
    await user.click(within(await screen.findByTestId('template-dialog')).getByTestId('template-keep'));
    await waitFor(() => expect(screen.getByTestId('listing-template-seasons')).toBeChecked());
    await user.click(screen.getByTestId('listing-template-avatar'));
    await screen.findByTestId('template-dialog');
    expect(name).toHaveValue('One place, four pictures, four seasons!');
    await user.click(screen.getByTestId('template-yes'));
    await waitFor(() => expect(name).toHaveValue('An ink avatar that is unmistakably you'));
  });

  it('are not offered for a listing that exists', async () => {
    bench(Listing, { id: 'l6' }, 'busy');
    await screen.findByTestId('listing-name');
    expect(screen.queryByTestId('listing-template-pet')).toBeNull();
  });
});
