import { computed, reactive, ref, watch, type Ref } from "vue";

import { fitting, type Column, type Order } from "./table";

interface Kept {
  order: Order;
  widths: Record<string, number>;
}

function kept(key: string): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Kept>;
  } catch {
    return {};
  }
}

/** Order and widths of the table of this name, as this browser remembers them. */
export function useTable<Row>(name: string, columns: Ref<readonly Column<Row>[]>, first: Order) {
  const key = `tandem.table.${name}`;
  const own = kept(key);
  const order = ref<Order>(own.order ?? first);
  const drawn = reactive<Record<string, number>>({ ...own.widths });
  watch([order, drawn], () => {
    try {
      localStorage.setItem(key, JSON.stringify({ order: order.value, widths: drawn }));
    } catch {
      // not allowed: then it holds until the page is closed
    }
  });
  const widths = computed(() => columns.value.map((column) => fitting(drawn[column.key] ?? column.width)));

  /** Numbers begin with the greatest, words with A; then the other way round. */
  function sort(column: Column<Row>): void {
    const same = order.value.key === column.key;
    order.value = { key: column.key, down: same ? !order.value.down : column.numeric === true };
  }
  function draw(column: Column<Row>, px: number): void {
    drawn[column.key] = fitting(px);
  }
  function undraw(column: Column<Row>): void {
    Reflect.deleteProperty(drawn, column.key);
  }
  return { order, widths, sort, draw, undraw };
}

/** The table that was worked in last: `/` is meant for it. */
export const lastTable = ref<string | null>(null);
