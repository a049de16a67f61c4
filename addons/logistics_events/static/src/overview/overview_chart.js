import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;
const COLOURS = {
    success: "#00A78D",
    info: "#3188E6",
    warning: "#F48935",
    danger: "#CE4257",
    muted: "#8A8D93",
};

/** One chart over a period, drawn anew whenever its numbers change. */
export class OverviewChart extends Component {
    static template = "logistics_events.OverviewChart";
    static props = {
        chart: Object,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.props.chart)]
        );
        onWillUnmount(() => this.drawn && this.drawn.destroy());
    }

    get labels() {
        const { labels, step } = this.props.chart;
        const format = step === "hour" ? DateTime.TIME_SIMPLE : { month: "short", day: "numeric" };
        return labels.map((label) => DateTime.fromISO(label).toLocaleString(format));
    }

    /** @returns {string} a value as people say it */
    shown(value) {
        const { unit } = this.props.chart;
        if (unit === "percent") {
            return _t("%s %", value);
        }
        if (unit !== "seconds") {
            return String(value);
        }
        if (value < 120) {
            return _t("%s s", Math.round(value * 10) / 10);
        }
        return value < 7200
            ? _t("%s min", Math.round(value / 6) / 10)
            : _t("%s h", Math.round(value / 360) / 10);
    }

    draw() {
        if (this.drawn) {
            this.drawn.destroy();
            this.drawn = null;
        }
        if (this.canvas.el) {
            this.drawn = new Chart(this.canvas.el, this.config);
        }
    }

    get config() {
        const { kind, series, unit } = this.props.chart;
        const stacked = kind === "bar";
        const text = cookie.get("color_scheme") === "dark" ? "#D1D5DB" : "#374151";
        return {
            type: kind,
            data: {
                labels: this.labels,
                datasets: series.map(({ label, tone, values }) => ({
                    label,
                    data: values,
                    backgroundColor: COLOURS[tone],
                    borderColor: COLOURS[tone],
                    borderWidth: stacked ? 0 : 2,
                    pointRadius: 3,
                    // A point at the very top is drawn whole.
                    clip: false,
                    spanGaps: true,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: {
                    x: { stacked, grid: { display: false }, ticks: { color: text, maxRotation: 0 } },
                    y: {
                        stacked,
                        beginAtZero: true,
                        max: unit === "percent" ? 100 : undefined,
                        ticks: {
                            color: text,
                            precision: unit === "count" ? 0 : undefined,
                            callback: (value) => this.shown(value),
                        },
                    },
                },
                plugins: {
                    legend: { position: "bottom", labels: { color: text, boxWidth: 12 } },
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                `${item.dataset.label}: ${this.shown(item.parsed.y)}`,
                        },
                    },
                },
            },
        };
    }
}
