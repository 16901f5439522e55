import './styles/base.css';
import { mount } from 'svelte';
import { toDeskFailure } from '$lib/backend/backend';
import { connect } from '$lib/backend/connect';
import App from './App.svelte';
import NoWayIn from './NoWayIn.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

try {
  mount(App, { target, props: { backend: await connect() } });
} catch (thrown) {
  mount(NoWayIn, { target, props: { failure: toDeskFailure(thrown) } });
}
