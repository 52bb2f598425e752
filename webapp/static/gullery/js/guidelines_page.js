// Who reads the guidelines on their own page need not read them once more before the first region.

import { noteRead } from "gullery/guidelines_read";

const { user, study, number } = document.querySelector("article.prose[data-number]").dataset;
noteRead(user, study, Number(number));
