import { CalendarMessages } from '../../i18n/calendar';
import { Calendar } from './Calendar';

/** Everything that leaves, left, or might: by month, by week, or day by day. */
export const CalendarPage = () => (
  <CalendarMessages>
    <Calendar />
  </CalendarMessages>
);
