/*
 * The first script, small so that it runs while the others arrive: it asks for
 * the page of this address and for its data, which would otherwise wait for one
 * another, then hands over.
 */
import './app.css';
import { askEarly } from './early/answers';
import { earlyPage } from './early/pages';

const page = earlyPage(location.pathname);
if (page) {
  askEarly(page.asks);
  // Where this fails the router asks again, and has words for it.
  page.load().catch(() => {});
}
void import('./main');
