// What every screen is given: the door to the engine, and the stall as last read.
import { createContext } from 'svelte';
import type { Backend } from './backend/backend';
import type { Stall } from './state/stall.svelte';

export const [getBackend, setBackend] = createContext<Backend>();
export const [getStall, setStall] = createContext<Stall>();
