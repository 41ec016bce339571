// A switch: on or off, at once.
import { Switch } from 'radix-ui';

export function Toggle({ name, on, onChange }: { name: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <Switch.Root className="augment-switch" aria-label={name} checked={on} onCheckedChange={onChange}>
      <Switch.Thumb className="augment-switch-thumb" />
    </Switch.Root>
  );
}
