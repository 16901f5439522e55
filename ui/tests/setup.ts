import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { beforeEach } from 'vitest';
import { language } from '../src/lib/language.svelte';

// The whole page in every failure hides its first line.
configure({ getElementError: (message) => new Error(message ?? 'not found') });

beforeEach(() => {
  language.choose('en');
  location.hash = '';
});
